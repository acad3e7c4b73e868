# image = "not/this:1"
/* resource "docker_image" "not" { name = "not/this:2" } */
resource "docker_image" "redis" {
  name = "redis:${var.redis_tag}" // the cache
}
data "docker_registry_image" "app" {
  name = "ghcr.io/example/app:1"
}
resource "docker_image" "built" {
  name = "example/built"
  build {
    context = "."
  }
}
resource "docker_container" "redis" {
  name  = "redis"
  image = docker_image.redis.image_id
}
resource "docker_container" "web" {
  image = "nginx:1.27"
}
resource "docker_registry_image" "pushed" {
  name = "registry.example.com/pushed:1"
}
resource "kubernetes_deployment" "app" {
  spec {
    template {
      spec {
        init_container {
          image = local.init_image
        }
        container {
          name  = "app"
          image = "${local.registry}/app:${var.app_tag}"
        }
        container {
          image = var.from_tfvars
        }
        container {
          image = var.nothing
        }
        container {
          image = var.enabled ? "example/a:1" : "example/b:1"
        }
      }
    }
  }
}
resource "kubernetes_manifest" "m" {
  manifest = {
    spec = {
      containers = [
        {
          name  = "m"
          image = "example/manifest:1"
        },
        { name = "n", image : "example/second:1" },
      ]
    }
  }
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([
    {
      name  = "ecs"
      "image" = "public.ecr.aws/example/ecs:1"
    }
  ])
}
resource "hcloud_server" "vm" {
  image = "debian-12"
}
resource "google_compute_instance" "vm" {
  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
}
resource "null_resource" "text" {
  triggers = {
    text = <<-EOT
      container {
        image = "not/this:3"
      }
    EOT
  }
}
