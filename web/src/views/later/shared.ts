// Pages about what agents share, loaded together when one of them is first shown. Owns nothing but the list.

export { default as ElectionPage } from "../elections/ElectionPage";
export { default as ElectionsPage } from "../elections/ElectionsPage";
export { default as MemoryPage } from "../memory/MemoryPage";
export { default as MessagesPage } from "../messages/MessagesPage";
