/* An item as its eight disclosures (八公開) have it, for people: rules, names, authority,
 * procedure, materials, limits, fees, contact. Everything is drawn from catalogue and procedures;
 * where they have one text for all languages (articles, reasons) it stands as it is. Pure. */
#pragma once

#include "base/buffer.h"
#include "catalogue_tool/folder.h"

/* Writes the item of a sound folder in `language`. False when there is no such item. */
bool explain_item(const struct folder *folder, struct text code, enum name_language language,
                  struct arena *arena, struct buffer *page);
