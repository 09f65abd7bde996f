// The report's page, loaded when it is first shown: its charts and findings are as much as several other pages. Owns nothing but the list.

export { default as ReportsPage } from "../reports/ReportsPage";
