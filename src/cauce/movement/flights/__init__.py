"""Who goes home on which flight: the planner of returns. Pure: numbers in, numbers out; no database, no names.

`instance` says what is asked, `plans` what is answered, `reading` and `writing` their JSON, `solving.plan` answers,
`greedy` answers at once and worse, `checking.faults` believes neither. docs/returns.md tells the model.
"""
