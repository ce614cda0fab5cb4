"""This machine by its names: what runs here is asked directly, whatever proxy the environment names."""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DIRECT = [("grpc.enable_http_proxy", 0)]  # gRPC reads http_proxy by itself, whatever its client was told
