"""How things come from a bank: on time, or doubled, late, never, in another order.

    post = Delivery(day)
    post.send(statement, day)        arrives when that day is taken
    post.double(2); post.delay(3, days=2); post.drop(5)     the second, third, fifth that is sent
    post.reorder(seed=1)             what arrives on one day comes in another order
    arrived = post.take(day)
"""

import datetime
import random


class Delivery:
    def __init__(self):
        self.sent = 0
        self.doubled = set()
        self.dropped = set()
        self.delayed = {}
        self.order = None
        self.under_way = []  # (day, thing)

    def double(self, *numbers):
        self.doubled.update(numbers)

    def drop(self, *numbers):
        self.dropped.update(numbers)

    def delay(self, number, days):
        self.delayed[number] = days

    def reorder(self, seed):
        self.order = random.Random(seed)

    def send(self, thing, day):
        """Hands a thing in; its number counts from 1."""
        self.sent += 1
        number = self.sent
        if number in self.dropped:
            return
        arrival = datetime.date.fromisoformat(str(day))
        arrival += datetime.timedelta(days=self.delayed.get(number, 0))
        self.under_way += [(arrival, thing)] * (2 if number in self.doubled else 1)

    def take(self, day):
        """What has arrived by the end of `day` and was not taken yet."""
        day = datetime.date.fromisoformat(str(day))
        arrived = [thing for arrival, thing in self.under_way if arrival <= day]
        self.under_way = [item for item in self.under_way if item[0] > day]
        if self.order is not None:
            self.order.shuffle(arrived)
        return arrived
