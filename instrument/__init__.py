"""What is asked: the YAML language, its models and messages, and the shipped instruments."""
