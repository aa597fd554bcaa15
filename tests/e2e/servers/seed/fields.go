package main

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// keysOf names the lists whose items have fields of their own in managedFields, and what tells their items apart.
var keysOf = map[string][]string{
	"containers":       {"name"},
	"initContainers":   {"name"},
	"env":              {"name"},
	"volumes":          {"name"},
	"imagePullSecrets": {"name"},
	"ownerReferences":  {"uid"},
	"ports":            {"containerPort", "protocol"},
	"volumeMounts":     {"mountPath"},
	"conditions":       {"type"},
	"hostIPs":          {"ip"},
	"podIPs":           {"ip"},
}

// fieldsOf gives the fields that a value sets, as managedFields list them.
func fieldsOf(value any) string {
	text := must(json.Marshal(value))
	var plain any
	must(0, json.Unmarshal(text, &plain))
	return string(must(json.Marshal(fieldsIn(plain, ""))))
}

func fieldsIn(value any, name string) map[string]any {
	fields := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			fields["f:"+key] = fieldsIn(inner, key)
		}
	case []any:
		for _, item := range value {
			inner, isMap := item.(map[string]any)
			if keys := keysOf[name]; isMap && keys != nil {
				id := map[string]any{}
				for _, key := range keys {
					id[key] = inner[key]
				}
				own := fieldsIn(inner, "")
				own["."] = map[string]any{}
				fields["k:"+string(must(json.Marshal(id)))] = own
				fields["."] = map[string]any{}
			}
		}
	}
	return fields
}

// managed is an entry of managedFields.
func managed(manager, subresource, fields string, time metav1.Time) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{
		Manager:     manager,
		Operation:   metav1.ManagedFieldsOperationUpdate,
		APIVersion:  "v1",
		Time:        &time,
		FieldsType:  "FieldsV1",
		FieldsV1:    metav1.NewFieldsV1(fields),
		Subresource: subresource,
	}
}

// must is for what fails only if this program is wrong.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
