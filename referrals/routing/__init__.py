"""The right work at the right agency: who fits, why, and the best use of everybody's skill and room at once.

`facts` is what is asked of, `matching` ranks the agencies for one referral, `solving` places many at once,
`planning` makes a plan of it. All four are pure; `gathering` fetches what they ask for.
"""
