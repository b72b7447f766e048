-- GETs one URL, with an If-None-Match header if one is given; counts every answer that is not 200 or 304.
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  if arguments[1] and arguments[1] ~= "" then wrk.headers["If-None-Match"] = arguments[1] end
  refused = 0
end

function response(status) if status ~= 200 and status ~= 304 then refused = refused + 1 end end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), refused + summary.errors.connect + summary.errors.read
    + summary.errors.timeout))
end
