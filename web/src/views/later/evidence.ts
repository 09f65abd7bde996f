// Pages for whoever asks further, loaded together when one of them is first shown. Owns nothing but the list.

export { default as ExplorePage } from "../explore/ExplorePage";
export { default as ReportsPage } from "../reports/ReportsPage";
