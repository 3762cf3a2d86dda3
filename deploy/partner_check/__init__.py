"""Does a deployment of the interface keep its word? A program that plays a partner's part, with no library at all.

It is a folder by itself: a partner's engineer copies it, runs `python3 -m partner_check …`, and reads how each thing is
asked. That is why its modules name each other relatively, and import nothing of the project.
"""
