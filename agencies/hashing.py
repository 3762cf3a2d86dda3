"""How is a secret kept that was made by chance? Hashed once over: there is nothing in it to guess."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class RandomSecretHasher(PBKDF2PasswordHasher):
    """For secrets of 128 random characters. The slowness that protects a chosen password would only make asking for a
    token slow, and costly for us under a flood of wrong ones."""

    algorithm = "random_secret"
    iterations = 1_000
