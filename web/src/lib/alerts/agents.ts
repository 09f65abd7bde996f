// Agents in the server's sentences, which have their ids. Owns finding those; what an agent is called is given, or said beside the id.

const AGENT = /\bagt_[0-9a-z]{26}\b/g;

const NAMED = /`([^`]*)` \(agt_[0-9a-z]{26}\)/g;

export const withNames = (text: string, nameOf: (id: string) => string): string =>
  text.replace(NAMED, (_, name: string) => `\`${name}\``).replace(AGENT, (id) => nameOf(id));
