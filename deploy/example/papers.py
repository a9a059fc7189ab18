"""Papers to hand in: small PDF files with real pages, made from lines of text."""

PAGE_LINES_MAX = 44


def _escaped(line):
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _page(title, lines):
    """The drawing of one A4 page: a heading, a rule, then the lines."""
    rows = ["BT /F2 16 Tf 60 780 Td", f"({_escaped(title)}) Tj ET", "60 768 m 535 768 l S",
            "BT /F1 11 Tf 60 742 Td 15 TL"]
    rows += [f"({_escaped(line)}) Tj T*" for line in lines]
    return "\n".join(rows + ["ET"]).encode("latin-1")


def pdf(title, lines):
    """A PDF document (ISO 32000-1) in Latin letters, as many pages as the lines need."""
    sheets = [lines[at:at + PAGE_LINES_MAX] for at in range(0, len(lines), PAGE_LINES_MAX)] or [[]]
    kids = " ".join(f"{5 + 2 * sheet} 0 R" for sheet in range(len(sheets)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, sheet in enumerate(sheets):
        drawing = _page(title, sheet)
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                       f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> "
                       f"/Contents {6 + 2 * number} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
    return _assembled(objects)


def _assembled(objects):
    """Header, objects, cross-reference table, trailer."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(file + b"startxref\n%d\n%%%%EOF\n" % table)
