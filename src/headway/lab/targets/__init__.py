"""Headway beside its own floor and its own growth: figures, and the targets that are set for them."""
