"""The server of processes that have the stages' libraries loaded (stages/core/ready.py is its client)."""
