// What the stages after capture see of an event: the parsed body and the headers (names in lower case).
export type EventInput = { body: unknown; headers: Record<string, string> }
