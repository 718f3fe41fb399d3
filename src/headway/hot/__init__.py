"""The hot reads: single tasks, pages and boards, answered by shared look-ups and kept bytes, never by anything stale.

A layer in front of the application. What it cannot answer itself goes on to the route, which is the one place that says
what an answer looks like and why there is none.
"""
