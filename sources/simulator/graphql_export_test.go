package simulator

// Ask answers a GraphQL request of octocat's without a connection.
func (w *World) Ask(body []byte) (status int, answer []byte) {
	defer w.enter()()
	t, _ := w.authenticate("Bearer ghp_fuzz")
	a, _ := w.answerGraphQL(&call{world: w, token: t}, body)
	return a.status, a.body
}
