"""One module per group of sub-commands; `services.command` imports each only when it is asked for."""
