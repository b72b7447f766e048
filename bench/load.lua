-- `GET [etag]`: asks for one URL. `POST file`: sends the bodies of a file, one JSON text a line, round and round.
-- Counts every answer that is neither 2xx nor 304.
local bodies = {}
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  wrk.method = arguments[1]
  if wrk.method == "POST" then
    for line in io.lines(arguments[2]) do bodies[#bodies + 1] = line end
    wrk.headers["Content-Type"] = "application/json"
    number = math.random(#bodies)
  else
    if arguments[2] and arguments[2] ~= "" then wrk.headers["If-None-Match"] = arguments[2] end
    asked = wrk.format()
  end
  refused = 0
end

function request()
  if asked then return asked end
  number = number % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[number])
end

function response(status)
  if (status < 200 or status > 299) and status ~= 304 then refused = refused + 1 end
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), refused + summary.errors.connect + summary.errors.read
    + summary.errors.timeout))
end
