"""How OHSC is run: on one machine (`deploy.local`), and for real (Dockerfile, docker-compose.yml)."""
