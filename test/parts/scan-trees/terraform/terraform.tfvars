from_tfvars = "example/given:1"
