/* What an operator may say to fee. */
#include "memory.h"

const struct option_spec fee_options[FEE_OPTION_COUNT] = {
    {.name = "providers",
     .type = OPTION_TEXT,
     .doc = "payment providers and where each is reached: CODE=https://..., several separated by "
            "commas (default: none is connected)"},
    {.name = "provider-secrets",
     .type = OPTION_PATH,
     .doc = "file of mode 0600 with lines `CODE key ...` (what we show the provider) and `CODE "
            "callback ...` (what it signs with, several while one takes the place of another)"},
    {.name = "provider-timeout",
     .type = OPTION_MS,
     .default_value = "5s",
     .min = 100,
     .max = 30000,
     .doc = "how long a provider may take to answer"},
    {.name = "provider-ca",
     .type = OPTION_PATH,
     .doc = "certificates (PEM) of those who vouch for providers (default: the system's)"},
    {.name = "provider-loopback",
     .type = OPTION_FLAG,
     .doc = "providers may be reached on this machine, without TLS: for demonstrations and tests"},
    {.name = "letter-font",
     .type = OPTION_PATH,
     .default_value = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
     .doc = "the font file that proofs on paper are set in; without it there are none"},
    {.name = "letter-font-family",
     .type = OPTION_TEXT,
     .default_value = "WenQuanYi Micro Hei",
     .doc = "which of its families"},
};
