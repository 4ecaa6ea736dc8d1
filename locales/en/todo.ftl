# What to do next on an order: the rules' list, plain text.

todo-title = What is next on order #{ $code }
todo-step = Now: { $step }
todo-missing = For the status “{ $status }” it lacks:
todo-ready = For the status “{ $status }” everything is there.
todo-line = • { $what }
todo-due = Due: { $due }, { $left }
todo-done = Nothing more is to be done on order #{ $code }.
