"""The public log: signed checkpoints, tiles, entries, proofs of a case's events.

The tree is built here again from its leaves, by hashlib alone."""

import base64
import unittest

from cases import road_filing
from checks import HallTest, eventually
from static_log import HASHES, entries_of, leaf, root_of, tile_name

class Checkpoint:
    def __init__(self, note):
        self.text, _, signatures = note.rpartition("\n\n")
        self.origin, size, root = self.text.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root)
        self.signers = [line.split(" ")[1] for line in signatures.splitlines()]


def tile_path(kind, index, size):
    """The tile of a level, or of the entries, in a log of that size; below 256 * 1000 tiles."""
    return "/v1/log/" + tile_name(kind, index, min(HASHES, size - index * HASHES))


class Transparency(HallTest):
    def checkpoint(self, covers=0):
        """A checkpoint over at least that many entries."""
        return eventually(
            lambda: Checkpoint(self.hall.visitor().get("/v1/log/checkpoint").data.decode()),
            lambda checkpoint: checkpoint.size >= covers)

    def tiles(self, session, kind, size):
        return b"".join(session.get(tile_path(kind, index, size)).data
                        for index in range(-(-size // HASHES)))

    def filed_until(self, size):
        """Cases are filed until the log is as long; gives the last one and who filed it."""
        while True:
            citizen = self.hall.filing()
            filed = citizen.file_case(road_filing(citizen, ())).data
            if self.checkpoint().size >= size:
                return citizen, filed

    def test_the_tree_is_that_of_the_entries(self):
        self.filed_until(300)
        checkpoint = self.checkpoint()
        hashes = self.tiles(self.hall.visitor(), "0", checkpoint.size)
        entries = entries_of(self.tiles(self.staff.auditor, "entries", checkpoint.size))
        leaves = [leaf(entry) for entry in entries]
        self.assertEqual(checkpoint.size, len(leaves))
        self.assertEqual(b"".join(leaves), hashes)
        self.assertEqual(checkpoint.root, root_of(leaves))
        above = self.hall.visitor().get("/v1/log/tile/1/000.p/1").data
        self.assertEqual(root_of(leaves[:HASHES]), above)

    def test_a_filer_holds_proofs_of_the_own_case(self):
        citizen = self.hall.filing()
        filed = citizen.file_case(road_filing(citizen, ())).data
        proof = f"/v1/cases/{filed['id']}/proof"
        told = eventually(lambda: citizen.get(proof).data,
                          lambda told: told["proofs"] and told["waiting"] == 0)
        for proved in told["proofs"]:
            head, index, *hashes = proved["proof"].partition("\n\n")[0].split("\n")
            self.assertEqual("c2sp.org/tlog-proof@v1", head)
            self.assertEqual(f"index {proved['index'] - 1}", index)
            self.assertIn("glasshall", Checkpoint(proved["proof"].partition("\n\n")[2]).origin)


if __name__ == "__main__":
    unittest.main()
