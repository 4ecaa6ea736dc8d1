# What to do next on an order: the rules' list, plain text.

todo-title = What is next on order #{ $code }
todo-step = Now: { $step }
todo-missing = Still missing for “{ $status }”:
todo-ready = Everything is ready for “{ $status }”.
todo-line = • { $what }
todo-due = Due: { $due }, { $left }
todo-done = Nothing more is to be done on order #{ $code }.
