"""E-mail by real SMTP: handed over, put off and tried again, given up for good."""

import base64
import email.header
import email.parser
import socketserver
import threading
import unittest

from cases import food_filing
from checks import HallTest, eventually

START = "2026-03-02T09:00:00+08:00"
# A letter that cannot be handed over is tried again after 1, 5, 30 minutes, 2, 5, 10, 14 hours.
AGAIN = ["2026-03-02T09:01:00+08:00", "2026-03-02T09:06:00+08:00", "2026-03-02T09:36:00+08:00",
         "2026-03-02T11:36:00+08:00", "2026-03-02T16:36:00+08:00", "2026-03-03T02:36:00+08:00",
         "2026-03-03T16:36:00+08:00"]
LONG_AFTER = "2026-03-06T09:00:00+08:00"


class Conversation(socketserver.StreamRequestHandler):
    """One session of RFC 5321, as far as a sender needs it."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        server = self.server
        self.say("220 mail.example ESMTP")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].upper()
            if word.startswith("EHLO") or word.startswith("HELO"):
                self.say("250 mail.example")
            elif word == "MAIL FROM":
                self.say("250 ok")
            elif word == "RCPT TO":
                server.asked += 1
                answer = server.answers.pop(0) if server.answers else "250 ok"
                recipient = line.split(":", 1)[1].strip()
                self.say(answer)
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n":
                    lines.append(text)
                server.letters.append((recipient, b"".join(lines).decode("ascii")))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 not here")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters = []
        self.answers = []  # to the next recipients; afterwards everything is taken
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Mail(HallTest):
    shared = False

    def setUp(self):
        self.server = MailServer()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        type(self).settings = {"clock": f"virtual:{START}", "options": {
            "notification": ["--mail", self.server.url, "--mail-from", "hall@city.example"]}}
        super().setUp()

    def file(self):
        citizen = self.hall.filing()
        self.filed = citizen.file_case(food_filing(citizen)).data
        return self.filed

    def status(self):
        return self.opened(self.filed).get("/v1/inbox").data["items"][-1]["status"]

    def wait_for(self, status):
        eventually(self.status, lambda told: told == status)

    def test_a_letter_is_handed_to_the_mail_server(self):
        filed = self.file()
        self.wait_for("sent")
        [(recipient, text)] = self.server.letters
        letter = email.parser.Parser().parsestr(text)
        self.assertEqual("<office@harbour-kitchen.example>", recipient)
        self.assertEqual("<hall@city.example>", letter["From"])
        self.assertEqual("auto-generated", letter["Auto-Submitted"])
        subject = str(email.header.make_header(email.header.decode_header(letter["Subject"])))
        self.assertIn(filed["number"], subject)
        body = base64.b64decode(letter.get_payload()).decode()
        self.assertIn(filed["number"], body)
        self.assertNotIn(filed["code"], text + body)

    def test_a_letter_that_is_put_off_is_tried_again_and_goes_once(self):
        self.server.answers = ["451 try later"]
        self.file()
        self.wait_for("delayed")
        self.assertEqual([], self.server.letters)
        self.suite.move_clock(AGAIN[0])
        self.wait_for("sent")
        self.assertEqual(1, len(self.server.letters))
        self.assertEqual(2, self.server.asked)

    def test_a_letter_that_is_refused_is_given_up(self):
        self.server.answers = ["550 no such person"]
        self.file()
        self.wait_for("failed")
        self.suite.move_clock(LONG_AFTER)
        self.assertEqual("failed", self.status())
        self.assertEqual(1, self.server.asked)
        self.assertEqual([], self.server.letters)

    def test_a_letter_is_given_up_after_the_eighth_try(self):
        self.server.answers = ["451 try later"] * 20
        self.file()
        self.wait_for("delayed")
        for moment in AGAIN:
            self.assertEqual("delayed", self.status())
            self.suite.move_clock(moment)
        self.wait_for("failed")
        self.suite.move_clock(LONG_AFTER)
        self.assertEqual(8, self.server.asked)
        self.assertEqual([], self.server.letters)


if __name__ == "__main__":
    unittest.main()
