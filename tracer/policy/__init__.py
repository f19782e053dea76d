"""What may be done: pure rules over a question, the configuration and the day. No rule, no right."""

from tracer.policy.evaluate import VERSION, Policy, decide, decide_operation
from tracer.policy.question import Decision, Fired, Question, Ruling

__all__ = ["VERSION", "Decision", "Fired", "Policy", "Question", "Ruling", "decide", "decide_operation"]
