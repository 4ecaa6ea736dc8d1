# The client is thinking: the manager's steps, and drafts that they send themselves. No promise of money, discount or date.

followup-clarify = Ask what is still unclear
followup-clarify-draft =
    Hello! You have received the inspection report: { $bike }. Did you have a chance to look at it?
    If anything is unclear or you would like a closer look, write to me and we will go through it point by point.

followup-call = Call: hear what keeps them from deciding
followup-call-draft =
    Hello! I am writing about { $bike }. Would a short call suit you?
    I will answer your questions on the report and tell you honestly about this bike's weak points. If you prefer to write, just answer here.

followup-alternative = Offer to look for another bike
followup-alternative-draft =
    Hello! It seems that { $bike } leaves you in doubt, and that is fine.
    Tell me what it is: the size, the condition, the price or something else. I can look whether there are other options. And if you like this one after all, let me know too.

followup-last_word = Ask for the decision one last time; if there is no answer, propose to the head to let the bike go
followup-last_word-draft =
    Hello! I do not want to hurry you, but the seller is waiting for an answer, and we cannot hold { $bike } without a decision.
    If you take it, write to me. If not, write as well: we will let this bike go, no hard feelings. If you want to search again, just write.

followup-done = done
followup-overtaken = no longer needed
followup-due = now
followup-ahead = later
