/* Sums of money in capital numerals (大写), which nobody changes with a stroke of the pen:
 * 叁仟陆佰零伍元整. Pure, any thread. */
#pragma once

#include "base/arena.h"

/* The most that can be written: less than 10^16 yuan, which is more than the hall handles. */
#define CAPITALS_FEN_MAX INT64_C(999999999999999999)

/* `fen` in words, in `arena`; a negative sum begins with 负. As the rules on bills ask: 零元整 for
 * nothing, 整 behind whole yuan and behind whole jiao, one 零 for any run of noughts within a
 * number, and one between yuan and fen where there are no jiao. */
struct text money_capitals(struct arena *arena, int64_t fen);
