// A worker of LiveKit Egress that makes no picture: it takes jobs from a real livekit-server over Redis, reports what
// it is told to report, and prints each job as a line of JSON. Lines on its input direct it:
//
//	busy, free         it bids for no job, or for every one
//	slow, quick        it answers a start when told "answer", or at once
//	answer             what waits since "slow" is answered
//	active ID, complete ID, fail ID words, abort ID words, limit ID
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/redis"
	"github.com/livekit/protocol/rpc"
	"github.com/livekit/psrpc"
)

const content = "a recording"

type worker struct {
	bus    psrpc.MessageBus
	io     rpc.IOInfoClient
	lock   sync.Mutex
	jobs   map[string]*job
	busy   bool
	slow   bool
	answer chan struct{}
}

type job struct {
	worker *worker
	info   *livekit.EgressInfo
	server rpc.EgressHandlerServer
}

func main() {
	client, err := redis.GetRedisClient(&redis.RedisConfig{Address: os.Args[1]})
	check(err)
	bus := psrpc.NewRedisMessageBus(client)
	io, err := rpc.NewIOInfoClient(bus)
	check(err)
	w := &worker{bus: bus, io: io, jobs: map[string]*job{}, answer: make(chan struct{}, 8)}
	server, err := rpc.NewEgressInternalServer(w, bus)
	check(err)
	check(server.RegisterStartEgressTopic(""))
	say("ready", nil)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		w.told(strings.SplitN(lines.Text(), " ", 3))
	}
}

func (w *worker) told(words []string) {
	words = append(words, "", "")
	w.lock.Lock()
	defer w.lock.Unlock()
	j := w.jobs[words[1]]
	if j == nil && words[1] != "" {
		say("trouble", map[string]any{"words": "no job " + words[1]})
		return
	}
	switch words[0] {
	case "busy", "free":
		w.busy = words[0] == "busy"
	case "slow", "quick":
		w.slow = words[0] == "slow"
	case "answer":
		w.answer <- struct{}{}
	case "active":
		j.report(livekit.EgressStatus_EGRESS_ACTIVE, "")
	case "complete":
		j.report(livekit.EgressStatus_EGRESS_COMPLETE, "")
	case "fail":
		j.report(livekit.EgressStatus_EGRESS_FAILED, words[2])
	case "abort":
		j.report(livekit.EgressStatus_EGRESS_ABORTED, words[2])
	case "limit":
		j.report(livekit.EgressStatus_EGRESS_LIMIT_REACHED, "Session limit reached")
	}
	say("done", map[string]any{"told": words[0]})
}

func (w *worker) StartEgressAffinity(context.Context, *rpc.StartEgressRequest) float32 {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.busy {
		return -1
	}
	return 1
}

func (w *worker) StartEgress(_ context.Context, request *rpc.StartEgressRequest) (*livekit.EgressInfo, error) {
	composite := request.GetRoomComposite()
	w.lock.Lock()
	slow := w.slow
	w.lock.Unlock()
	text, _ := protojson.Marshal(composite)
	say("asked", map[string]any{"id": request.EgressId, "request": json.RawMessage(text)})
	if slow {
		<-w.answer
	}
	shown := proto.Clone(composite).(*livekit.RoomCompositeEgressRequest)
	for _, output := range shown.FileOutputs {
		if s3 := output.GetS3(); s3 != nil { // as the real one, which hides them in what it tells
			s3.AccessKey, s3.Secret = "{access_key}", "{secret}"
		}
	}
	info := &livekit.EgressInfo{
		EgressId:   request.EgressId,
		RoomId:     request.RoomId,
		RoomName:   composite.RoomName,
		SourceType: livekit.EgressSourceType_EGRESS_SOURCE_TYPE_WEB,
		UpdatedAt:  time.Now().UnixNano(),
		Request:    &livekit.EgressInfo_RoomComposite{RoomComposite: shown},
	}
	j := &job{worker: w, info: info}
	server, err := rpc.NewEgressHandlerServer(j, w.bus)
	if err != nil {
		return nil, err
	}
	j.server = server
	if err = server.RegisterStopEgressTopic(request.EgressId); err != nil {
		return nil, err
	}
	if _, err = w.io.CreateEgress(context.Background(), info); err != nil {
		return nil, err
	}
	answer := proto.Clone(info).(*livekit.EgressInfo)
	w.lock.Lock()
	defer w.lock.Unlock()
	w.jobs[request.EgressId] = j
	say("started", map[string]any{"id": request.EgressId, "room": composite.RoomName})
	return answer, nil
}

func (w *worker) ListActiveEgress(context.Context, *rpc.ListActiveEgressRequest) (*rpc.ListActiveEgressResponse, error) {
	return &rpc.ListActiveEgressResponse{}, nil
}

// StopEgress answers "ending"; the end follows at once.
func (j *job) StopEgress(context.Context, *livekit.StopEgressRequest) (*livekit.EgressInfo, error) {
	j.worker.lock.Lock()
	defer j.worker.lock.Unlock()
	starting := j.info.Status == livekit.EgressStatus_EGRESS_STARTING
	j.report(livekit.EgressStatus_EGRESS_ENDING, "")
	answer := proto.Clone(j.info).(*livekit.EgressInfo)
	go func() {
		j.worker.lock.Lock()
		defer j.worker.lock.Unlock()
		if starting {
			j.report(livekit.EgressStatus_EGRESS_ABORTED, "Stop called before pipeline could start")
		} else {
			j.report(livekit.EgressStatus_EGRESS_COMPLETE, "")
		}
	}()
	return answer, nil
}

func (j *job) UpdateEgress(context.Context, *livekit.UpdateEgressRequest) (*livekit.EgressInfo, error) {
	return j.info, nil
}

func (j *job) UpdateStream(context.Context, *livekit.UpdateStreamRequest) (*livekit.EgressInfo, error) {
	return j.info, nil
}

// report is called with the worker's lock held.
func (j *job) report(status livekit.EgressStatus, trouble string) {
	if j.info.Status >= livekit.EgressStatus_EGRESS_COMPLETE {
		return
	}
	now := time.Now().UnixNano()
	j.info.Status, j.info.Error, j.info.UpdatedAt = status, trouble, now
	switch status {
	case livekit.EgressStatus_EGRESS_ACTIVE:
		j.info.StartedAt = now
	case livekit.EgressStatus_EGRESS_COMPLETE, livekit.EgressStatus_EGRESS_LIMIT_REACHED:
		j.file(now)
		j.info.EndedAt = now
	case livekit.EgressStatus_EGRESS_FAILED, livekit.EgressStatus_EGRESS_ABORTED:
		j.info.EndedAt = now
	}
	info := proto.Clone(j.info).(*livekit.EgressInfo)
	if info.EndedAt != 0 {
		delete(j.worker.jobs, info.EgressId)
		go j.server.Kill()
	}
	if _, err := j.worker.io.UpdateEgress(context.Background(), info); err != nil {
		say("trouble", map[string]any{"words": err.Error()})
	}
	say("reported", map[string]any{"id": info.EgressId, "status": status.String()})
}

// file is written where it would be; one for S3 is only told of.
func (j *job) file(now int64) {
	output := j.info.GetRoomComposite().FileOutputs[0]
	location := output.Filepath
	if s3 := output.GetS3(); s3 != nil {
		location = fmt.Sprintf("https://%s.s3.%s.amazonaws.com/%s", s3.Bucket, s3.Region, output.Filepath)
	} else {
		check(os.MkdirAll(filepath.Dir(location), 0o700))
		check(os.WriteFile(location, []byte(content), 0o600))
	}
	result := &livekit.FileInfo{
		Filename:  output.Filepath,
		Location:  location,
		StartedAt: j.info.StartedAt,
		EndedAt:   now,
		Duration:  now - j.info.StartedAt,
		Size:      int64(len(content)),
	}
	j.info.FileResults = []*livekit.FileInfo{result}
}

func say(event string, more map[string]any) {
	if more == nil {
		more = map[string]any{}
	}
	more["event"] = event
	line, _ := json.Marshal(more)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
