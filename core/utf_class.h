/* core/utf_class: what a code point is. For core/utf alone; others ask there. */
#ifndef CORE_UTF_CLASS_H
#define CORE_UTF_CLASS_H

#include <stdbool.h>
#include <stdint.h>

bool utf_is_space(uint32_t code_point);   /* Unicode White_Space, and the zero-width space and byte order mark */
bool utf_is_control(uint32_t code_point); /* Cc */
bool utf_is_letter(uint32_t code_point);  /* of any script; no digits, marks or lettered emoji */
bool utf_is_emoji(uint32_t code_point);   /* pictures, arrows, dingbats, skin tones and flags' letters */
bool utf_is_flag_letter(uint32_t code_point);
/* Belongs to the character before it: combining marks, variation selectors, joiners, skin tones, tags. */
bool utf_is_extending(uint32_t code_point);
uint32_t utf_to_lower(uint32_t code_point);

enum { UTF_JOINER = 0x200D, UTF_EMOJI_STYLE = 0xFE0F };

#endif
