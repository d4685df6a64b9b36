"""Early warning: what each kind of deviation is judged by, as pure numbers."""
