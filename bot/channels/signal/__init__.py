"""Signal, through a signal-cli daemon. Rules and wording of the conversation stay out.

Why a socket and not HTTP: one connection carries requests, answers and what comes in, and both
sides see its end at once. signal-cli stops receiving then (in ``--receive-mode=manual``), and what
is sent meanwhile stays on Signal's servers. Its event stream over HTTP is a connection of its own,
which can be dead while requests still work. Why no library: those for signal-cli bring a bot's loop
along, with commands and a store of their own, and none keeps an update until it was handled; what
is left of the protocol is `rpc`.
"""
