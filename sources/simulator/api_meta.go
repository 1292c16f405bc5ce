package simulator

import "net/http"

// worldRoutes are the endpoints outside repositories.
func worldRoutes(edition Edition) []*route {
	all := []*route{
		get("user", "", (*call).showUser),
		get("user/repos", "", (*call).showRepositories),
		get("orgs/{org}/repos", "", (*call).showRepositories),
		get("meta", "", (*call).showMeta),
		get("rate_limit", "", (*call).showLimits),
	}
	if edition == GitHubCom {
		all = append(all, projectRoutes()...)
	}
	return all
}

// showMeta tells what this GitHub is; only an Enterprise Server names its
// version (Enterprise REST docs, "Get GitHub Enterprise Server meta information").
func (c *call) showMeta() answer {
	o := object{"verifiable_password_authentication": false}
	if c.world.options.Edition == EnterpriseServer319 {
		o["verifiable_password_authentication"] = true
		o["installed_version"] = "3.19.0"
	} else {
		o["api"] = []string{"192.30.252.0/22"}
		o["web"] = []string{"192.30.252.0/22"}
	}
	return found(o)
}

// showLimits tells what is left (REST docs, "Get rate limit status for the
// authenticated user").
func (c *call) showLimits() answer {
	w := c.world
	if w.options.NoRateLimit {
		return failure(http.StatusNotFound, "Rate limiting is not enabled.")
	}
	one := func(b *budget) object {
		return object{"limit": b.limit, "used": min(b.used, b.limit), "remaining": b.remaining(), "reset": b.reset.Unix()}
	}
	core := one(w.budgetOf(c.token, coreResource))
	search := object{"limit": 30, "used": 0, "remaining": 30, "reset": w.now.Unix() + 60}
	return found(object{
		"resources": object{"core": core, "graphql": one(w.budgetOf(c.token, graphqlResource)), "search": search},
		"rate":      core,
	})
}
