variable "redis_tag" {
  type    = string
  default = "7-alpine"
}
variable "app_tag" { default = "2.0" }
variable "from_tfvars" {
  default = "not/this:4"
}
variable "nothing" {}
variable "enabled" { default = true }
locals {
  registry   = "registry.example.com"
  init_image = "${local.registry}/init:${var.app_tag}"
}
