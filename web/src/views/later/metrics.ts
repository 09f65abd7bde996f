// The explorer, loaded when it is first shown. Owns nothing but the list.

export { default as ExplorePage } from "../explore/ExplorePage";
