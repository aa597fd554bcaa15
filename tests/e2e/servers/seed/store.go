package main

import (
	"bytes"
	"context"
	"path"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

const (
	writers = 4
	// A request is sent when it has this many bytes or objects; the client's own limit is 2 MiB.
	requestBytes   = 1 << 20
	requestObjects = 128
)

// object is what is stored: every API type.
type object interface {
	runtime.Object
	metav1.Object
}

// store writes objects into etcd where an API server looks for them.
type store struct {
	ctx     context.Context
	client  *clientv3.Client
	scheme  *runtime.Scheme
	encoder runtime.Encoder
	group   *errgroup.Group
	queue   chan []clientv3.Op
	request []clientv3.Op
	size    int
}

func newStore(ctx context.Context, url string) (*store, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{url}})
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	s := &store{
		ctx:     ctx,
		client:  client,
		scheme:  scheme,
		encoder: protobuf.NewSerializer(scheme, scheme),
		group:   group,
		queue:   make(chan []clientv3.Op, writers),
	}
	for range writers {
		group.Go(s.write)
	}
	return s, nil
}

// put queues an object; `resource` is the resource's name in etcd's keys.
func (s *store) put(resource string, item object) error {
	// the stored form says what it holds, and the encoder takes that from the object
	kinds, _, err := s.scheme.ObjectKinds(item)
	if err != nil {
		return err
	}
	item.GetObjectKind().SetGroupVersionKind(kinds[0])
	var value bytes.Buffer
	if err := s.encoder.Encode(item, &value); err != nil {
		return err
	}
	key := path.Join("/registry", resource, item.GetNamespace(), item.GetName())
	s.request = append(s.request, clientv3.OpPut(key, value.String()))
	s.size += value.Len()
	if s.size >= requestBytes || len(s.request) == requestObjects {
		return s.flush()
	}
	return nil
}

// close waits until everything is written.
func (s *store) close() error {
	flushed := s.flush()
	close(s.queue)
	err := s.group.Wait()
	if err == nil {
		err = flushed
	}
	if closed := s.client.Close(); err == nil {
		err = closed
	}
	return err
}

func (s *store) flush() error {
	if len(s.request) == 0 {
		return nil
	}
	select {
	case s.queue <- s.request:
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
	s.request, s.size = nil, 0
	return nil
}

func (s *store) write() error {
	for request := range s.queue {
		if _, err := s.client.Txn(s.ctx).Then(request...).Commit(); err != nil {
			return err
		}
	}
	return nil
}
