"""Cases between computers without a network: packets, and taking what they bring."""
