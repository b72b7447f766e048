-- POSTs the bodies of a file, one JSON text a line, round and round; counts every answer that is not 2xx.
local bodies = {}
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  number = math.random(#bodies)
  refused = 0
end

function request()
  number = number % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[number])
end

function response(status) if status < 200 or status > 299 then refused = refused + 1 end end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), refused + summary.errors.connect + summary.errors.read
    + summary.errors.timeout))
end
