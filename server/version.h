/* server/version: the number that `techsupport version`, /metrics and people's reports say. */
#ifndef SERVER_VERSION_H
#define SERVER_VERSION_H

#define VERSION "0.1.0"

#endif
