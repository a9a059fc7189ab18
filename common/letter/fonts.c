/* The one font: a configuration of fontconfig that knows a single file, so that what is installed
 * besides, and how, makes no difference. */
#include "letter/paper.h"

#include "base/check.h"

#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
/* fontconfig keeps what it read of a font behind encoded pointers, which the leak checker cannot
 * follow; it is kept once a process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

/* And says nothing about it: the last line of a log is the program's own. */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

static bool has_family(FcConfig *config, const char *family)
{
    const FcFontSet *set = FcConfigGetFonts(config, FcSetApplication);
    for (int i = 0; set != NULL && i < set->nfont; i++) {
        FcChar8 *name = NULL;
        for (int k = 0; FcPatternGetString(set->fonts[i], FC_FAMILY, k, &name) == FcResultMatch;
             k++) {
            if (strcmp((const char *)name, family) == 0) {
                return true;
            }
        }
    }
    return false;
}

enum err letter_fonts_open(const char *file, const char *family, struct letter_fonts **ret_fonts,
                           struct reason *reason)
{
    if (access(file, R_OK) != 0) {
        return reason_set(reason, ERR_NOT_FOUND, "the font file %s cannot be read", file);
    }
    struct letter_fonts *fonts = calloc(1, sizeof *fonts);
    FcConfig *config = FcConfigCreate();
    CHECK(fonts != NULL && config != NULL && strlen(family) < sizeof fonts->family);
    fonts->config = config;
    (void)snprintf(fonts->family, sizeof fonts->family, "%s", family);
    if (!FcConfigAppFontAddFile(config, (const FcChar8 *)file) || !has_family(config, family)) {
        letter_fonts_close(&fonts);
        return reason_set(reason, ERR_INVALID, "%s is no font, or has no family \"%s\"", file,
                          family);
    }
    *ret_fonts = fonts;
    return ERR_OK;
}

void letter_fonts_close(struct letter_fonts **fonts)
{
    struct letter_fonts *closing = *fonts;
    *fonts = NULL;
    if (closing != NULL) {
        FcConfigDestroy(closing->config);
        free(closing);
    }
}
