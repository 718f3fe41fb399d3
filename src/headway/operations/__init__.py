"""How the server is: asked by load balancers and Prometheus, shown to its admins, written to its log."""
