"""Litmill's commands. A verb is a module; heavy imports stay in the verb that needs them."""
