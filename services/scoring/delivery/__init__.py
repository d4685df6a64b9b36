"""Delivery: what is owed to receivers is sent to them, again and again until it is taken or given up."""
