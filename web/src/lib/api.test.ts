import { expect, test } from "vitest";
import { Api, ApiError } from "./api";

function answering(status: number, body: string, token: string | null = null) {
  const calls: [string, RequestInit][] = [];
  const api = new Api(
    async (url, init) => {
      calls.push([url, init]);
      return new Response(status === 204 ? null : body, { status });
    },
    { get: () => token, set: () => undefined },
  );
  return { api, calls };
}

const failure = (promise: Promise<unknown>) => promise.then(() => expect.fail("it went through"), (error: ApiError) => error);

test("a query leaves out what is not set, and a token goes along", async () => {
  const { api, calls } = answering(200, '{"a":1}', "secret");
  expect(await api.get("/api/tasks", { status: "ready", agent_type: null, limit: 5, cursor: undefined })).toEqual({ a: 1 });
  expect(calls[0]?.[0]).toBe("/api/tasks?status=ready&limit=5");
  expect((calls[0]?.[1].headers as Record<string, string>)["authorization"]).toBe("Bearer secret");
});

test("nothing is an answer too", async () => {
  expect(await answering(204, "").api.post("/api/tasks/claim", {})).toBeUndefined();
});

test("an error is what the server said", async () => {
  const error = await failure(answering(404, '{"error":{"code":"feature_disabled","message":"off","hint":"switch it on"}}').api.get("/x"));
  expect([error.status, error.message, error.hint, error.isFeatureOff]).toEqual([404, "off", "switch it on", true]);
});

test("the Prometheus dialect is understood, and what is no JSON is told by its status", async () => {
  const prometheus = await failure(answering(400, '{"status":"error","errorType":"bad_data","error":"unexpected end"}').api.get("/x"));
  expect([prometheus.refusal.code, prometheus.message]).toEqual(["bad_data", "unexpected end"]);
  expect((await failure(answering(502, "<html>").api.get("/x"))).message).toBe("the server answered 502");
});

test("no answer at all says what to look at", async () => {
  const api = new Api(async () => Promise.reject(new TypeError("fetch failed")), { get: () => null, set: () => undefined });
  const error = await failure(api.get("/x"));
  expect([error.status, error.message]).toEqual([0, "the server does not answer"]);
});
