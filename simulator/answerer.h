/* simulator/answerer: a bot that does nothing but answer, so that a measurement knows what the simulator itself can do.
 *
 * `simulator answerer ADDRESS:PORT API_URL/botTOKEN`: every update gets its 200 at once and its chat one message. */
#ifndef SIMULATOR_ANSWERER_H
#define SIMULATOR_ANSWERER_H

/* `arguments` behind the subcommand's name; the exit code of the process. */
int answerer_command(int count, char **arguments);

#endif
