-- wrk's side of the filing benchmark: POST BENCH_PATH with the body in BENCH_BODY, as BENCH_TOKEN,
-- each request under an Idempotency-Key of its own. At the end one line of JSON.
local path = os.getenv("BENCH_PATH")
local token = os.getenv("BENCH_TOKEN")
local run = os.getenv("BENCH_RUN")
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
local body = file:read("*a")
file:close()

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

local sent = 0
local head = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. token ..
   "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\nIdempotency-Key: \""
local tail = "\"\r\n\r\n" .. body

function request()
   sent = sent + 1
   return head .. run .. "-" .. number .. "-" .. sent .. tail
end

function done(summary, latency, requests)
   local told = string.format(
      '{"requests":%d,"duration_us":%d,"bytes":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,' ..
      '"non_2xx":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
      summary.requests, summary.duration, summary.bytes, latency:percentile(50),
      latency:percentile(99), latency.max, summary.errors.status, summary.errors.connect,
      summary.errors.read, summary.errors.write, summary.errors.timeout)
   io.write("BENCH " .. told)
end
