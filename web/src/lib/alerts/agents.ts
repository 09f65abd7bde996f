// Agents in the server's sentences, which has only their ids. Owns finding those; what an agent is called is given.

const AGENT = /\bagt_[0-9a-z]{26}\b/g;

export const withNames = (text: string, nameOf: (id: string) => string): string => text.replace(AGENT, (id) => nameOf(id));
