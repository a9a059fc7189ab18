"""Bad input: told exactly, harmless to everybody else."""

import base64
import hashlib
import json
import socket
import unittest

from cases import PERSON, paper, road_filing, road_form
from checks import HallTest, eventually, send_raw
from papers import pdf


class BadInput(HallTest):
    settings = {"options": {"gateway": ["--client-timeout", "2s"]}}

    def setUp(self):
        super().setUp()
        self.citizen = self.hall.filing()

    def refuse_body(self, body, status, kind, path="/v1/cases"):
        """Sends bytes as a JSON body; they are refused so."""
        got, headers, problem = send_raw(self.suite, "POST", path, body, self.citizen.token)
        self.assertEqual((status, f"/problems/{kind}"), (got, problem["type"]), body[:80])
        self.assertEqual("application/problem+json", headers["Content-Type"])
        return problem

    # -- JSON ----------------------------------------------------------------------------------

    def test_what_is_no_json_is_malformed(self):
        for body in (b"{", b"nonsense", b'{"item":}', b'{"item":"UMB-P-001",}', b"{'item':1}",
                     b'{"item":"UMB-P-001"} x', b"\x00", b'{"a":NaN}', b'{"a":"\\ud800"}'):
            with self.subTest(body=body):
                self.refuse_body(body, 400, "malformed")

    def test_what_is_no_utf8_is_malformed(self):
        for body in (b'{"item":"\xff\xfe"}', b'{"item":"\xc0\xaf"}', b'{"item":"\xed\xa0\x80"}',
                     b'{"\x80":1}'):
            with self.subTest(body=body):
                self.refuse_body(body, 400, "malformed")

    def test_a_member_that_stands_twice_is_malformed(self):
        self.refuse_body(b'{"item":"UMB-P-001","item":"MSA-P-001"}', 400, "malformed")

    def test_what_nests_too_deep_is_malformed(self):
        for body in (b"[" * 100000, b'{"form":' + b'{"a":' * 20000 + b"1" + b"}" * 20001):
            with self.subTest(size=len(body)):
                self.refuse_body(body, 400, "malformed")
        self.assertEqual(200, self.hall.visitor().get("/v1/items").status)

    def test_a_body_that_is_no_object_is_refused(self):
        for body in (b"[]", b"1", b'"item"', b"null", b"true"):
            with self.subTest(body=body):
                status, _, problem = send_raw(self.suite, "POST", "/v1/cases", body,
                                              self.citizen.token)
                self.assertIn((status, problem["type"]), ((400, "/problems/malformed"),
                                                          (422, "/problems/invalid-fields")))

    def test_a_body_of_another_media_type_is_refused(self):
        for media_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
            with self.subTest(media_type=media_type):
                status, _, problem = send_raw(self.suite, "POST", "/v1/cases", b"{}",
                                              self.citizen.token, Content_Type=media_type)
                self.assertEqual((415, "/problems/unsupported-media"), (status, problem["type"]))

    def test_a_body_over_its_limit_is_too_large(self):
        body = json.dumps({"item": "x" * 300000}).encode()
        self.refuse_body(body, 413, "too-large")
        status = self.chunked("/v1/cases", b"x" * 300000, "application/json")
        self.assertEqual(413, status)

    # -- fields --------------------------------------------------------------------------------

    def test_every_bad_field_is_named_at_once(self):
        filing = road_filing(self.citizen, form=road_form(
            purpose="swimming", asphalt_m2="many", to="2026-02-30", works=7, colour="red"))
        filing["applicant"] = {**PERSON, "kind": "natural_person"}
        del filing["form"]["contact_name"]
        with self.refused(422, "invalid-fields", "/form/purpose", "/form/asphalt_m2", "/form/to",
                          "/form/works", "/form/colour", "/form/contact_name") as caught:
            self.citizen.file_case(filing)
        for error in caught[0].errors:
            self.assertTrue(error["detail"])

    def test_wrong_types_are_named_with_their_place(self):
        filing = road_filing(self.citizen, channel=7, materials=[
            {"code": 1, "upload": "no id", "filename": None, "sha256": "zz"}, 5])
        filing["applicant"] = {**PERSON, "name": ["a"], "represented": "yes", "language": "fr"}
        with self.refused(422, "invalid-fields", "/applicant/name", "/applicant/represented",
                          "/applicant/language", "/channel", "/materials/0/code",
                          "/materials/0/upload", "/materials/0/filename", "/materials/0/sha256",
                          "/materials/1"):
            self.citizen.file_case(filing)

    def test_unknown_fields_are_named_wherever_they_stand(self):
        filing = road_filing(self.citizen, priority="high")
        filing["applicant"] = {**PERSON, "nick/name": "x"}
        filing["materials"][0]["colour"] = "red"
        with self.refused(422, "invalid-fields", "/priority", "/applicant/nick~1name",
                          "/materials/0/colour"):
            self.citizen.file_case(filing)

    def test_a_problem_never_quotes_a_value(self):
        secret = "Zebra-7719"
        with self.refused(422, "invalid-fields", "/form/purpose", "/form/from") as caught:
            self.citizen.file_case(road_filing(
                self.citizen, form=road_form(purpose=secret, **{"from": secret})))
        self.assertNotIn(secret, json.dumps(caught[0].errors) + caught[0].detail)

    def test_an_item_that_does_not_exist_is_named(self):
        with self.refused(422, "invalid-fields", "/item"):
            self.citizen.file_case({**road_filing(self.citizen), "item": "UMB-P-999"})

    def test_numbers_out_of_their_bounds_are_named(self):
        for area in (-1, 10001, 1e300, "1.23456", True, None, ""):
            with self.subTest(area=area), self.refused(422, "invalid-fields", "/form/asphalt_m2"):
                self.citizen.file_case(road_filing(self.citizen, form=road_form(asphalt_m2=area)))

    def test_texts_are_measured_in_characters(self):
        with self.refused(422, "invalid-fields", "/form/road_name"):
            self.citizen.file_case(road_filing(self.citizen, form=road_form(road_name="柳" * 101)))
        filed = self.citizen.file_case(road_filing(self.citizen,
                                                   form=road_form(road_name="柳" * 100)))
        self.assertEqual(201, filed.status)

    def test_a_query_that_is_wrong_is_malformed(self):
        for path in ("/v1/items?limit=0", "/v1/items?limit=x", "/v1/items?limit=-1",
                     "/v1/items?limit=99999999999999999999"):
            with self.subTest(path=path), self.refused(400, "malformed"):
                self.hall.visitor().get(path)
        for path in ("/v1/audit/events?from=x", "/v1/audit/events?limit=100000"):
            with self.subTest(path=path), self.refused(400, "malformed"):
                self.staff.auditor.get(path)

    def test_what_cannot_be_an_id_is_the_id_of_nothing(self):
        for path in ("/v1/cases/1", "/v1/cases/%00", "/v1/cases/" + "f" * 5000, "/v1/bills/x",
                     "/v1/cases/019cac0f-2680-7014-a1d2-72775e5ee8aeX",
                     "/v1/cases/019cac0f-2680-7014-a1d2-72775e5ee8ae"):
            with self.subTest(path=path[:60]), self.refused(404, "not-found"):
                self.citizen.get(path)

    # -- files ---------------------------------------------------------------------------------

    def test_a_file_that_does_not_have_the_announced_hash_is_refused(self):
        wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
        status, _, problem = send_raw(
            self.suite, "POST", "/v1/blobs", pdf("A", ["b"]), self.citizen.token,
            Content_Type="application/pdf", Content_Digest=f"sha-256=:{wrong}:")
        self.assertEqual((422, "/problems/invalid-fields"), (status, problem["type"]))
        status, _, problem = send_raw(
            self.suite, "POST", "/v1/blobs", pdf("A", ["b"]), self.citizen.token,
            Content_Type="application/pdf", Content_Digest="sha-256=:%%%:")
        self.assertEqual((422, "/problems/invalid-fields"), (status, problem["type"]))

    def test_a_material_that_does_not_have_the_stated_hash_is_refused(self):
        material = {**paper(self.citizen, "M-FORM"), "sha256": "1" * 64}
        with self.refused(422, "invalid-fields", "/materials/0/sha256"):
            self.citizen.file_case(road_filing(self.citizen, materials=[material]))

    def test_a_file_over_the_limit_of_its_kind_is_too_large(self):
        over = (10 << 20) + 1
        status, _, problem = send_raw(self.suite, "POST", "/v1/blobs", b"\x89PNG" + b"x" * over,
                                      self.citizen.token, Content_Type="image/png")
        self.assertEqual((413, "/problems/too-large"), (status, problem["type"]))
        self.assertEqual(413, self.chunked("/v1/blobs", b"x" * over, "image/png"))
        self.assertEqual([], list((self.suite.data / "intake" / "blobs" / "new").iterdir()))

    def test_a_file_as_large_as_it_may_be_is_taken(self):
        content = b"\x89PNG" + b"x" * ((10 << 20) - 4)
        taken = self.citizen.upload(content, "image/png")
        self.assertEqual((10 << 20, hashlib.sha256(content).hexdigest()),
                         (taken["size"], taken["sha256"]))

    def test_a_kind_of_file_that_is_not_taken_is_refused(self):
        for media_type in ("text/html", "application/octet-stream", "image/svg+xml"):
            with self.subTest(media_type=media_type), self.refused(415, "unsupported-media"):
                self.citizen.upload(b"<html>", media_type)

    def test_an_upload_of_another_session_cannot_be_filed(self):
        theirs = paper(self.hall.filing(), "M-FORM")
        with self.refused(422, "invalid-fields", "/materials/0/upload"):
            self.citizen.file_case(road_filing(self.citizen, materials=[theirs]))

    def test_an_upload_is_handed_in_once(self):
        material = paper(self.citizen, "M-FORM")
        with self.refused(422, "invalid-fields", "/materials/1/upload"):
            self.citizen.file_case(road_filing(
                self.citizen, materials=[material, {**material, "code": "M-DESIGN"}]))
        self.citizen.file_case(road_filing(self.citizen, materials=[material]))
        with self.refused(422, "invalid-fields", "/materials/0/upload"):
            self.citizen.file_case(road_filing(self.citizen, materials=[material]))

    # -- connections ---------------------------------------------------------------------------

    def connect(self, head):
        link = socket.create_connection(("127.0.0.1", self.suite.port), timeout=30)
        link.sendall(head.encode())
        return link

    def chunked(self, path, content, media_type):
        """Sends a body in chunks, so that its size is not announced; gives the status."""
        link = self.connect(f"POST {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n"
                            f"Authorization: Bearer {self.citizen.token}\r\n"
                            f"Content-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for at in range(0, len(content), 1 << 16):
                piece = content[at:at + (1 << 16)]
                link.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            link.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # the answer may come before the end of the body
        answer = link.makefile("rb").readline()
        link.close()
        return int(answer.split()[1])

    def test_a_body_that_stalls_is_given_up_and_others_are_served_meanwhile(self):
        stalled = [self.connect(
            f"POST {path} HTTP/1.1\r\nHost: hall\r\nContent-Type: {media_type}\r\n"
            f"Authorization: Bearer {self.citizen.token}\r\nContent-Length: 50000\r\n\r\nabc")
            for path, media_type in (("/v1/cases", "application/json"),
                                     ("/v1/blobs", "application/pdf")) for _ in range(20)]
        filed = self.citizen.file_case(road_filing(self.citizen))
        self.assertEqual(201, filed.status)
        for link in stalled:  # closed by the gateway; waits at most 30 seconds for it
            answer = b""
            while piece := link.recv(1000):
                answer += piece
            self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 408 "), answer[:100])
            link.close()
        self.assertEqual(201, self.citizen.file_case(road_filing(self.citizen)).status)

    def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(self):
        for _ in range(10):
            link = self.connect(
                "POST /v1/blobs HTTP/1.1\r\nHost: hall\r\nContent-Type: application/pdf\r\n"
                f"Authorization: Bearer {self.citizen.token}\r\nContent-Length: 500000\r\n\r\n"
                + "x" * 100000)
            link.close()
        new = self.suite.data / "intake" / "blobs" / "new"
        eventually(lambda: list(new.iterdir()), lambda left: left == [])

    def test_what_is_no_http_harms_nobody(self):
        for rubbish in ("\x00\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET /v1/items HTTP/9.9\r\n\r\n",
                        "POST /v1/cases HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n" * 5000 + "\r\n"):
            with self.subTest(rubbish=rubbish[:30]):
                link = self.connect(rubbish)
                try:
                    answer = link.recv(100)
                except OSError:
                    answer = b""
                self.assertNotIn(b" 200 ", answer)
                link.close()
        self.assertEqual(200, self.hall.visitor().get("/v1/items").status)


if __name__ == "__main__":
    unittest.main()
